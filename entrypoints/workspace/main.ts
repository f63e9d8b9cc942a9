import '../../components/tokens.css';
import { openPanel } from '../compose/open-panel.ts';

openPanel('workspace', document.querySelector<HTMLElement>('#panel') ?? document.body);

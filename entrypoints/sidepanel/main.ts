import '../../components/tokens.css';
import { openPanel } from '../compose/open-panel.ts';

openPanel('side', document.querySelector<HTMLElement>('#panel') ?? document.body);

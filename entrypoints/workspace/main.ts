import '../../components/tokens.css';
import { openPanel } from '../../lib/panel/open-panel.ts';

openPanel('workspace', document.querySelector<HTMLElement>('#panel') ?? document.body);

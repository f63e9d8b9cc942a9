import '../../components/tokens.css';
import { openPanel } from '../../lib/panel/open-panel.ts';

openPanel('popup', document.querySelector<HTMLElement>('#popup') ?? document.body);

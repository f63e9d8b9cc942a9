import '../../components/tokens.css';
import { openPanel } from '../compose/open-panel.ts';

openPanel('popup', document.querySelector<HTMLElement>('#popup') ?? document.body);

// Registers the toolkit's elements that controls.tsx uses, one by one; loaded after the first paint because they are heavy.
import { endStyleProbe } from './style-probe.ts';
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing } from '@vscode/webview-ui-toolkit';

endStyleProbe();
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing());

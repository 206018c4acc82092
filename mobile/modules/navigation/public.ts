export { AppUpdateProvider } from './app-update.tsx';
export { RootNavigator } from './root-navigator.tsx';
export { CannotStartScreen, OpenElsewhereScreen, StartingScreen, type StartFault } from './start-screens.tsx';

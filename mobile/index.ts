import { registerRootComponent } from 'expo';
import App from './App.tsx';

// `__DEV__` is false in everything that is built, and Metro leaves out what stands behind it.
if (__DEV__ && globalThis.location?.pathname === '/gallery') {
  void import('./gallery/gallery.tsx').then(({ Gallery }) => registerRootComponent(Gallery));
} else {
  registerRootComponent(App);
}

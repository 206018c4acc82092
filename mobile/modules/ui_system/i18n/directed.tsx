import { Platform, View, type ViewProps } from 'react-native';
import { webProps } from '../components/web-props.ts';
import type { Direction } from './languages.ts';

/** A part that is laid out in a direction of its own: a list or table in another language than the app's, the line of a player. */
export function Directed({ direction, style, ...rest }: ViewProps & { direction: Direction }) {
  return <View {...rest} style={[style, Platform.OS === 'web' ? null : { direction }]} {...webProps({ dir: direction })} />;
}

import { useState } from 'react';
import { ScrollView, type ScrollViewProps } from 'react-native';

/** For what may be wider than the screen: it can be pushed aside, and is a stop for the keyboard only where there is something to push. */
export function PushAside(props: ScrollViewProps) {
  const [room, setRoom] = useState(0);
  const [width, setWidth] = useState(0);
  return (
    <ScrollView
      {...props}
      horizontal
      {...(width > room + 1 && { tabIndex: 0 as const })}
      onLayout={({ nativeEvent }) => setRoom(nativeEvent.layout.width)}
      onContentSizeChange={setWidth}
    />
  );
}

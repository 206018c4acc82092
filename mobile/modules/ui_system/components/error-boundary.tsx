import { Component, type ReactNode } from 'react';
import { View } from 'react-native';
import { useI18n } from '../i18n/language-provider.tsx';
import { Button } from './button.tsx';
import { EmptyState } from './surfaces.tsx';

interface Props {
  /** Told once for each fault, for the log. */
  onError?: (error: unknown) => void;
  children: ReactNode;
}

/** A fault of drawing stays where it is: this part says so, the rest goes on. Nothing that was saved is touched. */
export class ErrorBoundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown) {
    this.props.onError?.(error);
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return <Fault onRetry={() => this.setState({ hasFailed: false })} />;
  }
}

function Fault({ onRetry }: { onRetry(): void }) {
  const i18n = useI18n();
  return (
    <View role="alert">
      <EmptyState
        icon="alert"
        title={i18n.t('This page could not be shown')}
        text={i18n.t('Something went wrong in the app. Your answers are saved on this device.')}
      >
        <Button label={i18n.t('Try again')} onPress={onRetry} />
      </EmptyState>
    </View>
  );
}

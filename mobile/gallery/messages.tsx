import {
  Badge,
  Banner,
  Button,
  ButtonRow,
  Dialog,
  EmptyState,
  ErrorBoundary,
  ProgressBar,
  Skeleton,
  SkeletonGroup,
  useToast,
  type IconName,
  type Tone,
} from '../modules/ui_system/public.ts';
import { Held, Line, Part } from './part.tsx';

const TONES: readonly Tone[] = ['neutral', 'accent', 'success', 'warning', 'danger'];
const EMPTY: readonly IconName[] = ['offline', 'search', 'alert', 'book', 'right', 'plus'];

/** What the app says by itself. */
export function Messages() {
  const toast = useToast();
  return (
    <>
      <Part title="Badges and banners">
        <Line>
          {TONES.map((tone) => (
            <Badge key={tone} label={tone} tone={tone} icon="info" />
          ))}
        </Line>
        {TONES.filter((tone) => tone !== 'danger').map((tone) => (
          <Banner key={tone} tone={tone} icon="info" text={`A ${tone} banner that says in a sentence what a person should know.`}>
            <ButtonRow>
              <Button kind="secondary" label={`Do it (${tone})`} onPress={() => undefined} />
            </ButtonRow>
          </Banner>
        ))}
        <Banner tone="danger" icon="alert" text="A danger banner is read aloud at once." />
      </Part>
      <Part title="Progress and waiting">
        <ProgressBar label="None of it" value={0} />
        <ProgressBar label="Two fifths" value={0.4} />
        <ProgressBar label="All of it" value={1} tone="success" />
        <SkeletonGroup>
          <Skeleton height={28} width="60%" />
          <Skeleton height={80} />
        </SkeletonGroup>
      </Part>
      <Part title="Toast and dialog">
        <ButtonRow>
          <Button kind="secondary" label="Show a toast" onPress={() => toast({ text: 'Removed from this device.' })} />
          <Button
            kind="secondary"
            label="Show a toast with undo"
            onPress={() =>
              toast({ text: 'Removed. Your progress is kept.', action: { label: 'Undo', onPress: () => undefined } })
            }
          />
          <Held initial={false}>
            {(isOpen, open) => (
              <>
                <Button kind="secondary" label="Open a dialog" onPress={() => open(true)} />
                <Dialog
                  isOpen={isOpen}
                  title="Clear all downloads?"
                  text="What it frees, and what it keeps."
                  onDismiss={() => open(false)}
                >
                  <Button kind="secondary" label="Cancel" onPress={() => open(false)} />
                  <Button kind="danger" label="Clear" onPress={() => open(false)} />
                </Dialog>
              </>
            )}
          </Held>
        </ButtonRow>
      </Part>
      {EMPTY.map((icon) => (
        <Part key={icon} title={`Empty state: ${icon}`}>
          <EmptyState icon={icon} title="Nothing is here" text="Why that is, and what can be done about it.">
            <Button label={`Do it (${icon})`} onPress={() => undefined} />
          </EmptyState>
        </Part>
      ))}
      <Part title="A fault of drawing">
        <ErrorBoundary>
          <Broken />
        </ErrorBoundary>
      </Part>
    </>
  );
}

function Broken(): null {
  throw new Error('broken on purpose');
}

import { useState } from 'react';
import {
  Button,
  ButtonRow,
  Card,
  Dialog,
  EmptyState,
  formatMoment,
  Heading,
  Screen,
  Skeleton,
  SkeletonGroup,
  Text,
  useNow,
  useToast,
} from '../../ui_system/public.ts';
import { refusalWords, writeWords } from '../components/refusal-words.ts';
import type { RefusedWrite } from '../models.ts';
import { useRefusedActions, useRefusedWrites } from '../queries.tsx';

/** Writes that the server refused or that keep failing; nothing leaves this list but by the learner's own will (rules OB-2, OB-6). */
export function NeedsAttentionScreen({ onBack }: { onBack(): void }) {
  const refused = useRefusedWrites();
  return (
    <Screen title="Needs attention" onBack={onBack}>
      {refused.isError ? (
        <EmptyState icon="alert" title="This list could not be read" text="Nothing is lost. Try again in a moment.">
          <Button label="Try again" icon="refresh" onPress={() => void refused.refetch()} />
        </EmptyState>
      ) : refused.data === undefined ? (
        <SkeletonGroup>
          <Skeleton height={160} />
        </SkeletonGroup>
      ) : (
        <RefusedList writes={refused.data} />
      )}
    </Screen>
  );
}

function RefusedList({ writes }: { writes: readonly RefusedWrite[] }) {
  const toast = useToast();
  const { retry, discard } = useRefusedActions(() => toast({ text: 'This device could not do that. Try again.' }));
  const now = useNow();
  const [asked, setAsked] = useState<RefusedWrite | null>(null);
  const close = () => setAsked(null);
  if (writes.length === 0)
    return <EmptyState icon="right" title="All is well" text="The server took everything that was sent to it." />;
  return (
    <>
      {writes.map((write) => (
        <Card key={write.id}>
          <Heading level={2}>{writeWords(write)}</Heading>
          <Text>{refusalWords(write)}</Text>
          <Text variant="small" tone="muted">{`Done ${formatMoment(write.createdAt, now)}`}</Text>
          <ButtonRow>
            <Button kind="secondary" icon="refresh" label="Try again" onPress={() => retry(write.id)} />
            <Button kind="quiet" icon="trash" label="Discard" onPress={() => setAsked(write)} />
          </ButtonRow>
        </Card>
      ))}
      <Dialog
        isOpen={asked !== null}
        title="Discard this change?"
        text="It exists on this device alone. Once discarded it cannot be brought back."
        onDismiss={close}
      >
        <Button kind="secondary" label="Keep it" onPress={close} />
        <Button
          kind="danger"
          label="Discard for good"
          onPress={() => {
            if (asked !== null) discard(asked.id);
            close();
          }}
        />
      </Dialog>
    </>
  );
}

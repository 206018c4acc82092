import { useState } from 'react';
import {
  Button,
  ButtonRow,
  Dialog,
  EmptyState,
  Screen,
  Skeleton,
  SkeletonGroup,
  Text,
  useI18n,
  useToast,
} from '../../ui_system/public.ts';
import { lossWords } from '../components/refusal-words.ts';
import { TrayCard } from '../components/tray-card.tsx';
import type { RefusedWrite } from '../models.ts';
import { useRefusedWrites, useSyncStatus, useTrayActions } from '../queries.tsx';

/** Writes that the server refused or that keep failing; nothing leaves this list but by the learner's own will (rules OB-2, OB-6). */
export function NeedsAttentionScreen({ onBack }: { onBack(): void }) {
  const refused = useRefusedWrites();
  const i18n = useI18n();
  return (
    <Screen title={i18n.t('Needs attention')} onBack={onBack}>
      {refused.isError ? (
        <EmptyState
          icon="alert"
          title={i18n.t('This list could not be read')}
          text={i18n.t('Nothing is lost. Try again in a moment.')}
        >
          <Button label={i18n.t('Try again')} icon="refresh" onPress={() => void refused.refetch()} />
        </EmptyState>
      ) : refused.data === undefined ? (
        <SkeletonGroup>
          <Skeleton height={160} />
        </SkeletonGroup>
      ) : refused.data.length === 0 ? (
        <EmptyState icon="right" title={i18n.t('All is well')} text={i18n.t('Nothing was refused, and nothing keeps failing.')} />
      ) : (
        <Tray writes={refused.data} />
      )}
    </Screen>
  );
}

/** A server that is down for long puts everything here: the oldest are shown, and nobody needs a thousand cards to see it. */
const SHOWN_MAX = 50;

function Tray({ writes }: { writes: readonly RefusedWrite[] }) {
  const { retry, exportOf, discard } = useToldActions();
  const [asked, setAsked] = useState<RefusedWrite | null>(null);
  const i18n = useI18n();
  const unshown = writes.length - SHOWN_MAX;
  return (
    <>
      {writes.length > 1 ? (
        <ButtonRow>
          <Button kind="secondary" icon="export" label={i18n.t('Export all')} onPress={() => exportOf(null)} />
        </ButtonRow>
      ) : null}
      {writes.slice(0, SHOWN_MAX).map((write) => (
        <TrayCard
          key={write.id}
          write={write}
          onRetry={() => retry(write.id)}
          onExport={() => exportOf(write.id)}
          onDiscard={() => setAsked(write)}
        />
      ))}
      {unshown > 0 ? (
        <Text tone="muted">
          {i18n.t('{count, plural, one {And # more change.} other {And # more changes.}}', { count: unshown })}
        </Text>
      ) : null}
      <DiscardDialog
        write={asked}
        onDiscard={(id) => {
          setAsked(null);
          discard(id);
        }}
        onKeep={() => setAsked(null)}
      />
    </>
  );
}

function DiscardDialog(props: { write: RefusedWrite | null; onDiscard(id: string): void; onKeep(): void }) {
  const { write, onDiscard, onKeep } = props;
  const i18n = useI18n();
  return (
    <Dialog
      isOpen={write !== null}
      title={i18n.t('Discard this change?')}
      text={write === null ? '' : lossWords(i18n, write)}
      onDismiss={onKeep}
    >
      <Button kind="secondary" label={i18n.t('Keep it')} onPress={onKeep} />
      <Button kind="danger" label={i18n.t('Discard for good')} onPress={() => write !== null && onDiscard(write.id)} />
    </Dialog>
  );
}

/** The actions of the tray; a toast says how each ended, as the list alone may look as before. */
function useToldActions() {
  const toast = useToast();
  const i18n = useI18n();
  const { isOnline } = useSyncStatus();
  const onError = () => toast({ text: i18n.t('This device could not do that. Try again.') });
  const { retry, exportOf, discard } = useTrayActions();
  const sentMeanwhile = () => toast({ text: i18n.t('It was sent in the meantime. Nothing of it is left here.') });
  return {
    retry: (id: string) =>
      retry(id, {
        onSuccess: () =>
          toast({ text: isOnline ? i18n.t('Trying again now.') : i18n.t('It is tried again as soon as you are online.') }),
        onError,
      }),
    exportOf: (id: string | null) =>
      exportOf(id, {
        onSuccess: (isOffered) => (isOffered ? toast({ text: i18n.t('Exported. Nothing here was changed.') }) : sentMeanwhile()),
        onError,
      }),
    discard: (id: string) =>
      discard(id, {
        onSuccess: (isDiscarded) => (isDiscarded ? toast({ text: i18n.t('Discarded.') }) : sentMeanwhile()),
        onError,
      }),
  };
}

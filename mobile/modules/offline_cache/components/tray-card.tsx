import { Button, ButtonRow, Card, Heading, Text, useNow } from '../../ui_system/public.ts';
import type { RefusedWrite } from '../models.ts';
import { refusalWords, stateWords, triesWords, writeWords } from './refusal-words.ts';

/** One write that needs the person: what it is, why it is here, and what can be done about it (rule OB-6). */
export function TrayCard(props: { write: RefusedWrite; onRetry(): void; onExport(): void; onDiscard(): void }) {
  const { write, onRetry, onExport, onDiscard } = props;
  const now = useNow();
  return (
    <Card>
      <Heading level={2}>{writeWords(write)}</Heading>
      <Text>{refusalWords(write)}</Text>
      <Text tone="muted">{stateWords(write)}</Text>
      <Text variant="small" tone="muted">
        {triesWords(write, now)}
      </Text>
      <ButtonRow>
        <Button kind="secondary" isCompact icon="refresh" label="Try again" onPress={onRetry} />
        <Button kind="secondary" isCompact icon="export" label="Export" onPress={onExport} />
        <Button kind="quiet" isCompact icon="trash" label="Discard" onPress={onDiscard} />
      </ButtonRow>
    </Card>
  );
}

import { Button, ButtonRow, Card, Heading, Text, useI18n, useNow } from '../../ui_system/public.ts';
import type { RefusedWrite } from '../models.ts';
import { refusalWords, stateWords, triesWords, writeWords } from './refusal-words.ts';

/** One write that needs the person: what it is, why it is here, and what can be done about it (rule OB-6). */
export function TrayCard(props: { write: RefusedWrite; onRetry(): void; onExport(): void; onDiscard(): void }) {
  const { write, onRetry, onExport, onDiscard } = props;
  const now = useNow();
  const i18n = useI18n();
  return (
    <Card>
      <Heading level={2}>{writeWords(i18n, write)}</Heading>
      <Text>{refusalWords(i18n, write)}</Text>
      <Text tone="muted">{stateWords(i18n, write)}</Text>
      <Text variant="small" tone="muted">
        {triesWords(i18n, write, now)}
      </Text>
      <ButtonRow>
        <Button kind="secondary" isCompact icon="refresh" label={i18n.t('Try again')} onPress={onRetry} />
        <Button kind="secondary" isCompact icon="export" label={i18n.t('Export')} onPress={onExport} />
        <Button kind="quiet" isCompact icon="trash" label={i18n.t('Discard')} onPress={onDiscard} />
      </ButtonRow>
    </Card>
  );
}

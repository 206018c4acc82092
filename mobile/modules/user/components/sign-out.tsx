import { useState } from 'react';
import { Banner, Button, ButtonRow, Dialog, useI18n, type I18n } from '../../ui_system/public.ts';
import type { SignOutChoice } from '../models.ts';
import { useSignOut } from '../queries.tsx';

/** What would be lost, and how far the person has come in deciding about it. */
interface Question {
  count: number;
  canKeep: boolean;
  isDiscarding: boolean;
}

/** **Sign out** sends first; what cannot be sent is asked about, and thrown away only after a second question (rules AU-1, AU-2). */
export function SignOut() {
  const signOut = useSignOut();
  const i18n = useI18n();
  const [question, setQuestion] = useState<Question | null>(null);
  const stay = () => setQuestion(null);
  const leave = (choice: SignOutChoice) => {
    stay();
    signOut.mutate(choice, {
      onSuccess: (result) => setQuestion(result.kind === 'unsent' ? { ...result, isDiscarding: false } : null),
    });
  };
  return (
    <>
      {signOut.isError ? (
        <Banner tone="danger" icon="alert" text={i18n.t('Signing out failed. Nothing was removed. Try again.')} />
      ) : null}
      <Button label={i18n.t('Sign out')} kind="danger" onPress={() => leave('send_first')} isBusy={signOut.isPending} />
      <Dialog isOpen={question !== null} {...wordsOf(i18n, question)} onDismiss={stay}>
        <ButtonRow>
          <Button key="stay" label={i18n.t('Stay signed in')} onPress={stay} />
          {question?.isDiscarding ? (
            <Button key="sure" label={i18n.t('Discard for good')} kind="danger" onPress={() => leave('discard')} />
          ) : (
            <>
              {question?.canKeep ? (
                <Button label={i18n.t('Sign out and keep')} kind="secondary" onPress={() => leave('keep')} />
              ) : null}
              <Button
                label={i18n.t('Sign out and discard')}
                kind="danger"
                onPress={() => setQuestion((asked) => asked && { ...asked, isDiscarding: true })}
              />
            </>
          )}
        </ButtonRow>
      </Dialog>
    </>
  );
}

function wordsOf(i18n: I18n, question: Question | null): { title: string; text: string } {
  if (question === null) return { title: '', text: '' };
  const { count, canKeep, isDiscarding } = question;
  if (isDiscarding) {
    return {
      title: i18n.t('{count, plural, one {Discard # change?} other {Discard # changes?}}', { count }),
      text: i18n.t(
        '{count, plural, one {It exists on this device alone. Once discarded it cannot be brought back.} other {They exist on this device alone. Once discarded they cannot be brought back.}}',
        { count },
      ),
    };
  }
  const work = i18n.t(
    '{count, plural, one {# change is on this device alone and could not be sent now. Stay signed in and they are sent when there is a network.} other {# changes are on this device alone and could not be sent now. Stay signed in and they are sent when there is a network.}}',
    { count },
  );
  const keeping = canKeep
    ? i18n.t('If you sign out and keep them, they stay locked on this device, and are sent after you sign in here again.')
    : i18n.t('To keep them here while signed out, sign in again with your password first.');
  return { title: i18n.t('Some of your work is not sent yet'), text: `${work} ${keeping}` };
}

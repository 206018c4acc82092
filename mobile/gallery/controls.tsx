import {
  Button,
  ButtonRow,
  IconButton,
  Link,
  LinkCard,
  RadioGroup,
  space,
  Switch,
  Tabs,
  Text,
  TextField,
  type ButtonKind,
} from '../modules/ui_system/public.ts';
import { Held, Line, Part } from './part.tsx';

const KINDS: readonly ButtonKind[] = ['primary', 'secondary', 'quiet', 'danger'];
const nothing = (): void => undefined;

/** What is pressed, chosen and written into. */
export function Controls() {
  return (
    <>
      <Pressed />
      <Chosen />
      <Written />
    </>
  );
}

function Pressed() {
  return (
    <>
      <Part title="Buttons">
        {KINDS.map((kind) => (
          <ButtonRow key={kind}>
            <Button kind={kind} label={kind} onPress={nothing} />
            <Button kind={kind} label={`${kind}, icon`} icon="download" onPress={nothing} />
            <Button kind={kind} label={`${kind}, compact`} isCompact onPress={nothing} />
            <Button kind={kind} label={`${kind}, disabled`} isDisabled onPress={nothing} />
            <Button kind={kind} label={`${kind}, busy`} isBusy onPress={nothing} />
          </ButtonRow>
        ))}
        <Button label="Wide, with words that need a second line on a phone and more on a small one" isWide onPress={nothing} />
        <Line>
          <IconButton icon="back" label="Back" onPress={nothing} />
          <IconButton icon="close" label="Close" tone="muted" onPress={nothing} />
          <IconButton icon="play" label="Play" isDisabled onPress={nothing} />
        </Line>
      </Part>
      <Part title="Links">
        <Link label="A link in words" href="#link" onPress={nothing} />
        <Link label="With an icon" icon="alert" href="#icon" onPress={nothing} />
        <Link label="An icon alone" icon="settings" isIconOnly href="#alone" onPress={nothing} />
        <LinkCard label="A card" description="that is one link" href="#card" onPress={nothing}>
          <Text style={{ padding: space.l }}>A card that is one link</Text>
        </LinkCard>
      </Part>
    </>
  );
}

function Chosen() {
  return (
    <Part title="Choices">
      <Held initial="one">
        {(value, set) => (
          <Tabs
            label="Tabs"
            tabs={[
              { key: 'one', label: 'First tab' },
              { key: 'two', label: 'Second tab' },
            ]}
            selected={value}
            onSelect={set}
          />
        )}
      </Held>
      <Held initial={true}>{(isOn, set) => <Switch label="A switch" note="What it means." isOn={isOn} onChange={set} />}</Held>
      <Switch label="Off" isOn={false} onChange={nothing} />
      <Held initial="a">
        {(value, set) => (
          <RadioGroup
            label="Options"
            options={[
              { value: 'a', label: 'Chosen' },
              { value: 'b', label: 'Not chosen' },
            ]}
            value={value}
            onChange={set}
          />
        )}
      </Held>
      <RadioGroup
        label="Marked options"
        isDisabled
        value="b"
        onChange={nothing}
        options={[
          { value: 'a', label: 'It would have been right', verdict: 'right' },
          {
            value: 'b',
            label: 'It was chosen and is wrong',
            verdict: 'wrong',
            note: <Text variant="small">Why it is wrong.</Text>,
          },
          { value: 'c', label: 'Neither' },
        ]}
      />
    </Part>
  );
}

function Written() {
  return (
    <Part title="Fields">
      <TextField label="Empty" value="" onChangeText={nothing} hint="A hint below it" />
      <TextField label="Filled" value="some words" onChangeText={nothing} />
      <TextField label="Wrong" value="some words" onChangeText={nothing} error="What is wrong, in words" />
      <TextField label="Answered" value="cannot be changed" onChangeText={nothing} isDisabled />
      <TextField label="Search" kind="search" icon="search" isLabelHidden value="" onChangeText={nothing} />
      <TextField label="Password" kind="password" value="secret" onChangeText={nothing} />
    </Part>
  );
}

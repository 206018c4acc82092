/** What the distance to a goal is made of, by profiles, counts and the code itself: said beside each goal that is not reached. */
export const CAUSES = {
  whole:
    'a unit comes by a request of its own and in a transaction of its own, as when a learner opens it; nothing in the app fetches a catalogue so',
  changed: 'the same: a request and a transaction for each unit',
  unchanged: 'two requests (units, events) where the limit needs one, forty statements and one commit; 2 to 4 ms',
  open: 'the first run of a whole client’s code, and twelve statements before the list (who is here, what is too old, do disk and rows agree, what waits); 5 to 8 ms',
  unit: 'unit, lessons and assets are asked for one after the other through the queue of one connection, and parsed; 0.6 ms',
  enqueue:
    'a commit of eleven pages of 8 KB (event, outbox, their eight indexes, the counter) where the limit writes three of 4 KB; 0.4 ms',
  enqueueP99: 'with eleven pages an answer, SQLite’s checkpoint comes with every ninetieth',
  drain:
    'each batch ends in a commit that takes rows out of the outbox and its indexes and marks the events (2 ms; the limit’s: 0.7), and each reply is checked against the contract',
  drainReal:
    'the same; and the sync that sends pulls too, and gets its 1,000 events back with the server’s marks: a phone whose database came from a backup must not number two events alike',
  download:
    'each of the 60 files is said by a commit of its own (1.5 ms), comes in ranges of 256 KB, and is read back from the disk to be hashed',
  browserOpen:
    'plain SQLite on the same files takes 54 ms for it: opening them on OPFS and reading fifty rows from them. The client’s own statements before the list are the other half',
};

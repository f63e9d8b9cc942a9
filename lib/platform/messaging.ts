/**
 * Sending and answering messages between contexts any of which may die at any moment. What is sent arrives, or the sender
 * hears that it did not; what is received is looked at before anything is done: who sent it, and whether it is well formed.
 */
import { browser } from 'wxt/browser';
import { defineExtensionMessaging } from '@webext-core/messaging';
import * as v from 'valibot';
import { CompressionError, type ErrorRecord } from '../core/errors.ts';
import { MESSAGE_RULES, maySend, type Sender } from '../core/protocol/message-rules.ts';
import type { MessageAnswer, MessageData, MessageType } from '../core/protocol/messages.ts';

/** An error as an answer: what is thrown in a listener would arrive without its code. */
type Envelope<Answer> =
  { readonly ok: true; readonly value: Answer } | { readonly ok: false; readonly error: ErrorRecord };

type Wire = { readonly [K in MessageType]: (data: MessageData<K>) => Envelope<MessageAnswer<K>> };

const { sendMessage, onMessage } = defineExtensionMessaging<Wire>();

/** ms before each further try: together longer than a busy machine takes to start a service worker. */
const PAUSES = [20, 80, 200, 500, 1000, 2000, 4000];

export interface SendOptions {
  /** Makes the receiver anew, before each further try. */
  readonly revive?: () => Promise<unknown>;
  /** ms before each further try. */
  readonly pauses?: readonly number[];
}

/**
 * Resolves with the answer. When the receiver dies under it, the message is sent again, as its rule says.
 *
 * @throws CompressionError the receiver's own; `engine-stopped` when none answers
 */
export async function send<K extends MessageType>(
  type: K,
  data: MessageData<K>,
  { revive, pauses = PAUSES }: SendOptions = {},
): Promise<MessageAnswer<K>> {
  for (let tries = 0; ; tries++) {
    try {
      return opened<MessageAnswer<K>>(await sendOnce(type, data));
    } catch (thrown) {
      if (thrown instanceof CompressionError) throw thrown;
      const pause = pauses[tries];
      if (!isReceiverGone(thrown) || MESSAGE_RULES[type].lost === 'once' || pause === undefined)
        throw new CompressionError('engine-stopped', {}, { cause: thrown });
      await new Promise((later) => setTimeout(later, pause));
      await revive?.();
    }
  }
}

function sendOnce<K extends MessageType>(type: K, data: MessageData<K>): Promise<unknown> {
  // The library's type has the data of all messages in one parameter.
  return (sendMessage as unknown as (type: K, data: MessageData<K>) => Promise<unknown>)(type, data);
}

function opened<Answer>(answer: unknown): Answer {
  const envelope = answer as Envelope<Answer>;
  if (!envelope.ok) throw CompressionError.fromRecord(envelope.error);
  return envelope.value;
}

/**
 * What browsers say when nobody was there, or who was there has gone. In Chromium: "Could not establish connection.
 * Receiving end does not exist.", "The message port closed before a response was received.", "A listener indicated an
 * asynchronous response by returning true, but the message channel closed before a response was received".
 * "No response" is the library's word for an answer of undefined, as Firefox gives it for the same.
 */
export function isReceiverGone(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    /receiving end does not exist|(?:port|channel) closed before|no response|message manager disconnected|actor .* destroyed/i.test(
      thrown.message,
    )
  );
}

export type Handlers<K extends MessageType> = {
  readonly [P in K]: (data: MessageData<P>, sender: Sender) => MessageAnswer<P> | Promise<MessageAnswer<P>>;
};

/** Answers these types in this context. Nothing is awaited before a handler begins: it is still within the sender's click. */
export function answer<K extends MessageType>(handlers: Handlers<K>): void {
  const own = { id: browser.runtime.id, root: browser.runtime.getURL('/') };
  for (const type of Object.keys(handlers) as K[]) {
    onMessage(
      type,
      ({ data, sender }: { readonly data: unknown; readonly sender: Sender }) =>
        answerOne(type, handlers[type], data, sender, own) as never,
    );
  }
}

async function answerOne<K extends MessageType>(
  type: K,
  handler: Handlers<K>[K],
  data: unknown,
  sender: Sender,
  own: { readonly id: string; readonly root: string },
): Promise<Envelope<MessageAnswer<K>>> {
  try {
    if (!maySend(type, data, sender, own))
      throw new CompressionError('internal', {}, { cause: new Error(`refused: ${type}`) });
    const checked = v.safeParse(MESSAGE_RULES[type].data, data);
    if (!checked.success)
      throw new CompressionError(
        'internal',
        {},
        { cause: new Error(`malformed: ${type} ${v.getDotPath(checked.issues[0]) ?? ''}`) },
      );
    return { ok: true, value: await handler(checked.output as MessageData<K>, sender) };
  } catch (thrown) {
    return { ok: false, error: CompressionError.from(thrown).toRecord() };
  }
}

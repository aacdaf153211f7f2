import { type Configuration, EMPTY_CONFIGURATION } from '@holdfast/model';
import { expect, test } from 'vitest';
import { ConfigurationReceiver, ConfigurationSender } from '../src/policy/configuration-transfer.ts';

const tags = Array.from({ length: 1000 }, (_, at) => ({ id: `t${at}`, members: [`r${at}`] }));
const nodes = ['n1', 'n2'].map((name) => ({ id: name, name, attributes: [], utilization: [] }));
const first = { ...EMPTY_CONFIGURATION, tags, nodes } as unknown as Configuration;

test('a configuration arrives as it was sent, and what did not change is not sent again', () => {
  const sender = new ConfigurationSender();
  const receiver = new ConfigurationReceiver();
  const sent = sender.lists(first);
  expect(sent.tags?.length).toBe(5);
  expect(receiver.take(sent)).toEqual(first);
  const second: Configuration = { ...first, tags: first.tags.slice(1) };
  const news = sender.lists(second);
  expect(Object.keys(news)).toEqual(['tags']);
  expect(receiver.take(news)).toEqual(second);
  expect(sender.lists({ ...second })).toEqual({});
  expect(receiver.take({})).toEqual(second);
});

test('a list that becomes empty is empty there, too', () => {
  const sender = new ConfigurationSender();
  const receiver = new ConfigurationReceiver();
  receiver.take(sender.lists(first));
  const none: Configuration = { ...first, tags: [] };
  expect(receiver.take(sender.lists(none))).toEqual(none);
});

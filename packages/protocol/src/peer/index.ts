export * from './envelope-codec.ts';
export * from './peer-message.ts';

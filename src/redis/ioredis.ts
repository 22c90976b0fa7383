/** What is used of the client library, in a file of its own: the build makes it a chunk that is loaded on the first connection. */
export { Redis } from 'ioredis';
export { default as StandaloneConnector } from 'ioredis/built/connectors/StandaloneConnector';

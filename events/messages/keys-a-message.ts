/**
 * Keys that one message of the reconcile queue holds: a look at as many fits into one run, and the message into a queue. In a file of
 * its own, so that who only sends messages does not load what reads them.
 */
export const KEYS_A_MESSAGE = 100;

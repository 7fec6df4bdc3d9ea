// eslint-disable-next-line no-control-regex -- those are what is meant
const orders = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * The text with what a terminal takes for an order, or what turns a line around, written out: what somebody typed, or
 * some tool said, may hold it. New lines and tabs stay.
 */
export function disarm(text: string): string {
  return text.replace(orders, (order) => `\\u${order.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

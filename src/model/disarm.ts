/**
 * What a terminal takes for an order, what turns a line around, and what ends one: names, mount points, labels, and
 * whatever a tool or somebody said may hold it.
 */
const orders = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

const shortForms: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line, with every order written out. What is disarmed stays as it is when it is disarmed again. */
export function disarm(text: string): string {
  return text.replace(orders, (order) => shortForms[order] ?? escape(order));
}

/** Text of our own with its lines and tabs, and every other order written out. */
export function disarmLines(text: string): string {
  return text.replace(orders, (order) => (order === '\n' || order === '\t' ? order : escape(order)));
}

/** Whether the text holds any order. */
export function isArmed(text: string): boolean {
  return text.search(orders) >= 0;
}

/** The text on one line, with a blank where orders stand: for whoever takes an escape for something else. */
export function blankOut(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** JSON that may be shown as it stands: JSON itself escapes only some of the orders. The values are the same. */
export function toJson(value: object | string, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, escape);
}

function escape(order: string): string {
  return `\\u${order.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

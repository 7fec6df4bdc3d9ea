/**
 * Characters that a terminal obeys, that reverse the direction of a line, or that end it. Names, mount points, labels
 * and all output of tools and people may hold them.
 */
const orders = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

const shortForms: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line, with every order escaped. Disarming a text twice does not change it further. */
export function disarm(text: string): string {
  return text.replace(orders, (order) => shortForms[order] ?? escape(order));
}

/** For our own text: keeps its lines and tabs, and escapes every other order. */
export function disarmLines(text: string): string {
  return text.replace(orders, (order) => (order === '\n' || order === '\t' ? order : escape(order)));
}

/** Whether the text holds any order. */
export function isArmed(text: string): boolean {
  return text.search(orders) >= 0;
}

/** The text on one line, with a blank in place of orders: for readers to whom an escape means something else. */
export function blankOut(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** JSON that is safe to show: `JSON.stringify` escapes only some of the orders. The values stay the same. */
export function toJson(value: object | string, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, escape);
}

function escape(order: string): string {
  return `\\u${order.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

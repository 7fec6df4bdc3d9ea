/** As many operations of the journal as the screen reads: more would make each look slower. */
export const mostOperations = 300;

/** Stands in for react-devtools-core, which Ink names in a file that it never loads and which is not installed. */
export default {};

function amount(minor) {
  const cents = Math.abs(minor);
  const fixed = `${(cents - (cents % 100)) / 100}.${String(cents % 100).padStart(2, '0')}`;
  return minor < 0 ? `-${fixed}` : fixed;
}

/** Ledger lines as CSV, amounts without thousands separators, so that a spreadsheet reads them as numbers. */
export function exportCsv(lines) {
  const rows = lines.map(({ number, text, minor }) => [
    number,
    `"${text.replaceAll('"', '""')}"`,
    amount(minor),
  ]);
  return `${[['number', 'text', 'amount'], ...rows].map((row) => row.join(',')).join('\n')}\n`;
}

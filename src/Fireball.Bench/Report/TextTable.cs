namespace Fireball.Bench;

/// <summary>Columns of text, as wide as they need to be; the first to the left, the others to the right.</summary>
/// <remarks>
/// Not Spectre.Console's: its tables have no row that spans columns, so that a title would widen the first one, they fill lines
/// with blanks, and the program would grow by a tenth.
/// </remarks>
/// <param name="header">The columns' names.</param>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    /// <summary>A row; missing cells are empty, one too many runs on after the last column.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>A title between the rows.</summary>
    public void AddTitle(string title) => _rows.Add([title]);

    /// <summary>Writes all of it.</summary>
    public void Write(TextWriter output)
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(
            column => _rows.Where(row => row.Length > 1 && row.Length > column).Max(row => row[column].Length))];
        foreach (string[] row in _rows)
        {
            string line = row.Length == 1 ? row[0] : string.Join("  ", row.Select((cell, column) =>
                column == 0 ? cell.PadRight(widths[0])
                : column < widths.Length ? cell.PadLeft(widths[column])
                : cell));
            output.WriteLine(line.TrimEnd());
        }
    }
}

// Adds up the Cobertura reports below a folder: lines and branches of src that were run, by folder.
using System.Globalization;
using System.Xml.Linq;

Dictionary<(string File, int Line), (bool Hit, int Covered, int Branches)> lines = [];
foreach (string report in Directory.EnumerateFiles(args[0], "coverage.cobertura.xml", SearchOption.AllDirectories))
{
    XDocument document = XDocument.Load(report);
    string[] sources = [.. document.Descendants("source").Select(source => source.Value)];
    foreach (XElement type in document.Descendants("class"))
    {
        string named = type.Attribute("filename")!.Value;
        string full = Path.IsPathRooted(named) ? named
            : sources.Select(source => Path.Combine(source, named)).FirstOrDefault(File.Exists) ?? named;
        int at = full.LastIndexOf("/src/", StringComparison.Ordinal);
        if (at < 0 || full.Contains("/obj/", StringComparison.Ordinal))
        {
            continue;
        }
        string file = full[(at + 1)..];
        foreach (XElement line in type.Element("lines")!.Elements("line"))
        {
            (string, int) key = (file, int.Parse(line.Attribute("number")!.Value, CultureInfo.InvariantCulture));
            bool hit = line.Attribute("hits")!.Value != "0";
            (int covered, int branches) = Branches(line.Attribute("condition-coverage")?.Value);
            lines.TryGetValue(key, out (bool Hit, int Covered, int Branches) seen);
            // A branch that only another project's tests take isn't told apart: of two reports the better one counts.
            lines[key] = (seen.Hit || hit, Math.Max(seen.Covered, covered), Math.Max(seen.Branches, branches));
        }
    }
}

Console.WriteLine("  lines           branches");
foreach (var folder in lines.GroupBy(line => Folder(line.Key.File)).OrderBy(folder => folder.Key, StringComparer.Ordinal))
{
    Print(folder.Key, [.. folder.Select(line => line.Value)]);
}
Print("in all", [.. lines.Values]);

static void Print(string name, (bool Hit, int Covered, int Branches)[] all)
{
    int hit = all.Count(line => line.Hit), covered = all.Sum(line => line.Covered), branches = all.Sum(line => line.Branches);
    Console.WriteLine(FormattableString.Invariant(
        $"{100.0 * hit / all.Length,5:0.0} % of {all.Length,5}  {100.0 * covered / Math.Max(branches, 1),5:0.0} % of {branches,5}  {name}"));
}

static string Folder(string file)
{
    string[] parts = file.Split('/');
    return string.Join('/', parts[..Math.Min(3, parts.Length - 1)]);
}

static (int Covered, int Branches) Branches(string? coverage)
{
    // "50% (1/2)"
    if (coverage is null)
    {
        return (0, 0);
    }
    string[] parts = coverage[(coverage.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split('/');
    return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
}

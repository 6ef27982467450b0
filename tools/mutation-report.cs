// Prints what a mutation report of Stryker.NET says: a line a file, then each change that no test noticed.
using System.Text.Json;

using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(args[0]));
int allKilled = 0, allValid = 0;
List<string> survivors = [];
foreach (JsonProperty file in report.RootElement.GetProperty("files").EnumerateObject().OrderBy(file => file.Name, StringComparer.Ordinal))
{
    string name = file.Name[(file.Name.IndexOf("/src/", StringComparison.Ordinal) + 1)..];
    int killed = 0, valid = 0;
    foreach (JsonElement mutant in file.Value.GetProperty("mutants").EnumerateArray())
    {
        string status = mutant.GetProperty("status").GetString()!;
        bool isKilled = status is "Killed" or "Timeout";
        if (!isKilled && status is not ("Survived" or "NoCoverage"))
        {
            continue;
        }
        valid++;
        killed += isKilled ? 1 : 0;
        if (!isKilled)
        {
            JsonElement start = mutant.GetProperty("location").GetProperty("start");
            string to = mutant.TryGetProperty("replacement", out JsonElement value) ? value.GetString()!.ReplaceLineEndings(" ") : "";
            survivors.Add($"{name}:{start.GetProperty("line").GetInt32()}: {status}, {mutant.GetProperty("mutatorName").GetString()}: {to[..Math.Min(to.Length, 100)]}");
        }
    }
    if (valid > 0)
    {
        Console.WriteLine($"{100.0 * killed / valid,6:0.0} %  {killed,4} of {valid,4}  {name}");
    }
    allKilled += killed;
    allValid += valid;
}
Console.WriteLine($"{100.0 * allKilled / Math.Max(allValid, 1),6:0.0} %  {allKilled,4} of {allValid,4}  in all");
Console.WriteLine();
survivors.ForEach(Console.WriteLine);

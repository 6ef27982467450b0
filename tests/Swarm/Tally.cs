using System.Globalization;

namespace PollHttp.Swarm;

/// <summary>What the child processes of a run have reported.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, Found> _found = [];
    private readonly SortedDictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private readonly HashSet<(string, long)> _counted = [];
    private string _family = "";
    private long _seeds;
    private long _calls;
    private long _bytes;
    private bool _hasFailed;

    public long LastBegun { get; set; }

    public IReadOnlyCollection<Found> All => [.. _found.Values.OrderBy(static f => f.Seed)];

    public static string TextOf(string line) => line.Split('|', 5) is [_, _, _, _, string text] ? text.Replace("\\n", "\n").Replace("\\\\", "\\") : line;

    public void Take(string line)
    {
        string[] parts = line.Split('|', 4);
        if (parts.Length < 4 || !long.TryParse(parts[1], out long seed))
        {
            return;
        }

        _family = parts[2];
        switch (parts[0])
        {
            case "@begin":
                (LastBegun, _hasFailed) = (seed, false);
                _seeds++;
                break;
            case "@failure":
                _hasFailed = true;
                Add(parts[3].Split('|')[0], TextOf(line), seed);
                break;
            case "@end":
                string[] rest = parts[3].Split('|');
                _calls += long.Parse(rest[0], CultureInfo.InvariantCulture);
                _bytes += long.Parse(rest[1], CultureInfo.InvariantCulture);
                foreach (string[] outcome in rest[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static o => o.Split('=')))
                {
                    _outcomes[outcome[0]] = _outcomes.GetValueOrDefault(outcome[0]) + long.Parse(outcome[1], CultureInfo.InvariantCulture);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>The process ended in the midst of a seed.</summary>
    public void Broke(int code)
    {
        if (!_hasFailed)
        {
            Add($"process ended with {code}", "", LastBegun);
        }
    }

    public override string ToString() =>
        $"{_seeds} seeds, {_calls} calls, {_bytes:N0} bytes; {string.Join(", ", _outcomes.Select(static o => $"{o.Value} {o.Key}"))}; {_found.Count} found";

    private void Add(string kind, string text, long seed)
    {
        if (!_found.TryGetValue(kind, out Found? found))
        {
            _found.Add(kind, new(kind, text, seed, _family));
            _counted.Add((kind, seed));
        }
        else if (_counted.Add((kind, seed)))
        {
            found.Count++;
        }
    }
}

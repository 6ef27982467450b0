using System.CommandLine;
using System.CommandLine.Parsing;

namespace PollHttp.Cli.Commands;

/// <summary>Creates options whose values have their own format, with one error each.</summary>
internal static class OptionParsers
{
    private const double MaxSeconds = 86_400 * 365;

    /// <summary>
    /// Creates an option for a time in seconds: <c>5</c>, <c>0.5</c>, or with a unit: <c>500ms</c>, <c>5s</c>, <c>2m</c>.
    /// </summary>
    public static Option<TimeSpan?> Time(string name, string[] aliases, string description) => new(name, aliases)
    {
        Description = description,
        HelpName = "SECONDS",
        CustomParser = static result => ParseTime(result),
    };

    /// <summary>Creates an option for a whole number within limits.</summary>
    public static Option<int?> Number(string name, string[] aliases, string description, int min, int max, string helpName = "N") => new(name, aliases)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max)
            {
                return value;
            }

            result.AddError($"{NameOf(result)} takes a whole number from {min:N0} to {max:N0}, not '{text}'.");
            return null;
        },
    };

    public static Option<string?> Text(string name, string[] aliases, string helpName, string description) =>
        new(name, aliases) { Description = description, HelpName = helpName };

    public static Option<string[]> Texts(string name, string[] aliases, string helpName, string description) =>
        new(name, aliases) { Description = description, HelpName = helpName, DefaultValueFactory = static _ => [] };

    public static Option<bool> Flag(string name, string[] aliases, string description) => new(name, aliases) { Description = description };

    private static TimeSpan? ParseTime(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        (string digits, double unit) = text switch
        {
            [.. var number, 'm', 's'] => (number, 0.001),
            [.. var number, 's'] => (number, 1),
            [.. var number, 'm'] => (number, 60),
            _ => (text, 1),
        };
        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value * unit is > 0 and <= MaxSeconds)
        {
            return TimeSpan.FromSeconds(value * unit);
        }

        result.AddError($"{NameOf(result)} takes a time above zero in seconds, such as 5, 0.5, 500ms or 2m, not '{text}'.");
        return null;
    }

    private static string NameOf(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
}

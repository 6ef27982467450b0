namespace PollHttp.Cli.Display;

/// <summary>Colours text for a terminal, or leaves it as it is.</summary>
internal readonly struct Ink(bool isOn)
{
    private const string End = "\e[0m";

    public bool IsOn { get; } = isOn;

    public string Bold(string text) => Paint("1", text);

    public string Dim(string text) => Paint("2", text);

    public string Red(string text) => Paint("31", text);

    public string Green(string text) => Paint("32", text);

    public string Yellow(string text) => Paint("33", text);

    public string Blue(string text) => Paint("34", text);

    public string Magenta(string text) => Paint("35", text);

    public string Cyan(string text) => Paint("36", text);

    /// <summary>Colours a status code: success green, redirects cyan, client errors yellow, server errors red.</summary>
    public string Status(int status, string text) => (status / 100) switch
    {
        2 => Green(text),
        3 => Cyan(text),
        4 => Yellow(text),
        5 => Red(text),
        _ => text,
    };

    private string Paint(string code, string text) => IsOn ? $"\e[{code}m{text}{End}" : text;
}

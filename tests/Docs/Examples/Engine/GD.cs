namespace PollHttp.Docs.Tests.Examples.Engine;

/// <summary>Godot's print.</summary>
public static class GD
{
    public static List<string> Printed { get; } = [];

    public static void Print(string? text) => Printed.Add(text ?? "");
}

namespace PollHttp.Docs.Tests.Examples.Engine;

/// <summary>Godot's folders.</summary>
public static class ProjectSettings
{
    public static string Folder { get; set; } = "";

    public static string GlobalizePath(string path) => Path.Combine(Folder, path["user://".Length..]);
}

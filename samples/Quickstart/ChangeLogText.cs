using System.Globalization;
using System.Text;

namespace PollHttp.Quickstart;

/// <summary>A page to fetch: the change log of an engine that does not exist, the same on every run.</summary>
internal static class ChangeLogText
{
    private static readonly string[] s_areas =
        ["2D", "3D", "Animation", "Audio", "Core", "Editor", "GUI", "Import", "Input", "Networking", "Physics", "Rendering", "Scripting"];

    private static readonly string[] s_verbs =
        ["Add", "Allow", "Avoid", "Document", "Expose", "Fix", "Improve", "Optimize", "Prevent", "Remove", "Restore", "Simplify"];

    private static readonly string[] s_things =
    [
        "tile map collisions", "texture streaming", "the profiler's frame graph", "gamepad hot-plugging", "skeleton retargeting",
        "the shader cache", "undo in the scene tree", "audio bus routing", "reverse proxies", "navigation mesh baking",
        "line breaking in rich text", "the export dialog", "resource reloading", "signal connections",
    ];

    private static readonly string[] s_circumstances =
    [
        "when the window is minimized", "on high-density displays", "after a scene change", "with negative scale",
        "in headless mode", "while a download runs", "for nodes outside the tree", "on single-core devices", "at low frame rates",
    ];

    /// <summary>The page release by release, some hundreds of KiB together; one at a time, so the page is sent in pieces.</summary>
    public static IEnumerable<string> Releases()
    {
        uint random = 20_140_110; // any fixed start will do
        for (int minor = 40; minor >= 1; minor--)
        {
            StringBuilder release = new();
            release.Append(CultureInfo.InvariantCulture, $"# Changes in 3.{minor}\n\n");
            foreach (string area in s_areas)
            {
                release.Append(CultureInfo.InvariantCulture, $"## {area}\n\n");
                for (uint entries = 3 + Next(14); entries > 0; entries--)
                {
                    release.Append(CultureInfo.InvariantCulture,
                        $"- {Pick(s_verbs)} {Pick(s_things)} {Pick(s_circumstances)} (#{10_000 + Next(80_000)}).\n");
                }

                release.Append('\n');
            }

            yield return release.ToString();
        }

        string Pick(string[] words) => words[Next((uint)words.Length)];

        uint Next(uint bound)
        {
            random = unchecked((random * 1_664_525) + 1_013_904_223);
            return (random >> 8) % bound;
        }
    }
}

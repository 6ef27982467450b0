using PollHttp.Core;
using PollHttp.Docs.Tests.Examples.Engine;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The node of the page on game loops, in an engine that is as much of Godot as it needs.</summary>
public sealed class GodotExample
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlevel", "loaded")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone", "404")]
    public void The_node_loads_a_file_frame_by_frame(string reply, string printed)
    {
        SimulatedNetwork network = new() { Link = new LinkOptions { Latency = TimeSpan.FromMilliseconds(40) } };
        network.Listen("assets.example", 80, new ScriptedHttpServer(new ServerReply(reply)));
        SocketNetwork.Default = network;
        GD.Printed.Clear();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pollhttp-docs-");
        ProjectSettings.Folder = folder.FullName;
        try
        {
            LevelLoader node = new();
            node._Ready();
            int frames = 0;
            while (node.IsProcessing && ++frames < 1000)
            {
                node._Process(0.016);
                network.Advance(TimeSpan.FromMilliseconds(16));
            }

            node._ExitTree();
            Assert.InRange(frames, 5, 100);
            Assert.Contains(printed, Assert.Single(GD.Printed), StringComparison.Ordinal);
            Assert.Equal(printed == "loaded" ? ["level2.bin"] : [], folder.EnumerateFiles().Select(static file => file.Name));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

#pragma warning disable CA1001 // a node is told of its end by _ExitTree
    // example: godot-node
    public partial class LevelLoader : Node
    {
        private readonly PollDownload _download = new(SocketNetwork.Default);

        public override void _Ready() =>
            _download.StartToFile(new Uri("http://assets.example/level2.bin"), ProjectSettings.GlobalizePath("user://level2.bin"));

        public override void _Process(double delta)
        {
            if (_download.Poll(TimeSpan.FromMilliseconds(2)) == PollDownloadResult.InProgress)
            {
                return; // _download.DownloadedBytes of _download.TotalBytes, for a bar
            }

            GD.Print(_download.Result == PollDownloadResult.Success ? "loaded" : _download.Error);
            SetProcess(false);
        }

        public override void _ExitTree() => _download.Dispose();
    }
    // end
#pragma warning restore CA1001
}

using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>Alone, since it looks at all handles of the process.</summary>
[Collection(Alone.Name)]
public sealed class InheritanceTests
{
    private const int CloseOnExec = 0x80000;

    [Theory, Trait("fault", "F-68")]
    [MemberData(nameof(TestNetwork.Kinds), MemberType = typeof(TestNetwork))]
    public void No_handle_of_ours_is_left_to_a_child_process(bool native)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // the handles of other systems are made by the platform's Socket alone
        }

        using Socket listener = TestNetwork.Listen();
        HashSet<string> before = [.. OpenHandles()];
        SocketNetwork network = TestNetwork.Make(native);
        using IPoller poller = network.CreatePoller();
        using PollConnection connection = ConnectDriver.Open(
            network, new() { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndPoint!).Port });
        Assert.True(connection.IsOpen);
        string[] ours = [.. OpenHandles().Except(before)];
        Assert.NotEmpty(ours);
        Assert.All(ours, handle => Assert.True((FlagsOf(handle) & CloseOnExec) != 0, $"Handle {handle} would be inherited."));
    }

    private static IEnumerable<string> OpenHandles() =>
        Directory.GetFileSystemEntries("/proc/self/fd").Select(path => Path.GetFileName(path)).Where(handle => FlagsOf(handle) >= 0);

    /// <summary>The flags a handle was opened with; -1 when it is there no more, as the one that lists the folder.</summary>
    private static int FlagsOf(string handle)
    {
        try
        {
            string line = File.ReadLines($"/proc/self/fdinfo/{handle}").First(l => l.StartsWith("flags:", StringComparison.Ordinal));
            return Convert.ToInt32(line["flags:".Length..].Trim(), 8);
        }
        catch (FileNotFoundException)
        {
            return -1;
        }
    }
}

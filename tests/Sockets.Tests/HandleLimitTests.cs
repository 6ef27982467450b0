using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>Alone, since it takes all handles of the process.</summary>
[Collection(Alone.Name)]
public sealed class HandleLimitTests
{
    [Fact, Trait("fault", "F-48")]
    public void Without_handles_a_dial_fails_as_such_and_works_again_when_there_are_some()
    {
        using Socket listener = TestNetwork.Listen();
        SocketNetwork network = TestNetwork.Make(OperatingSystem.IsLinux());
        List<SafeHandle> taken = [];
        string file = Path.GetTempFileName();
        try
        {
            if (!OperatingSystem.IsLinux() || GetLimit(NoFile, out Limits before) != 0)
            {
                return;
            }

            try
            {
                Assert.Equal(0, SetLimit(NoFile, before with { Soft = 400 }));
                TakeAll(file, taken);
                using ITransport transport = network.Dial(listener.LocalEndPoint!);
                Assert.Equal(TransportStatus.Failed, transport.Poll());
                Assert.Equal(TransportError.ResourceExhausted, transport.Failure.Error);
            }
            finally
            {
                taken.ForEach(handle => handle.Dispose());
                Assert.Equal(0, SetLimit(NoFile, before));
            }

            using PollConnection connection = ConnectDriver.Open(network, new() { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndPoint!).Port });
            Assert.True(connection.IsOpen);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private const int NoFile = 7;

    private static void TakeAll(string file, List<SafeHandle> taken)
    {
        try
        {
            while (true)
            {
                taken.Add(File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            }
        }
        catch (IOException)
        {
            // That was the last one.
        }
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    private static extern int GetLimit(int resource, out Limits limits);

    [DllImport("libc", EntryPoint = "setrlimit")]
    private static extern int SetLimit(int resource, in Limits limits);

    private record struct Limits(nuint Soft, nuint Hard);
}

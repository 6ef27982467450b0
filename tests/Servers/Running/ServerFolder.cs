using System.Net;
using System.Net.Sockets;

namespace PollHttp.Servers.Tests;

/// <summary>A folder for a server's configuration and files, which a server of another user can use; gone with the test.</summary>
internal sealed class ServerFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pollhttp-server-");

    public ServerFolder() => Open(_folder.FullName);

    public string Path => _folder.FullName;

    /// <summary>A TCP port that was free a moment ago, below those that the system gives to outgoing connections.</summary>
    public static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(12_000, 32_000);
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                continue; // another one, then
            }
        }
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        Open(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Write(name, "");
        File.WriteAllBytes(path, bytes.ToArray());
        return path;
    }

    public string MakeFolder(string name)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(path);
        Open(path);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Open(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        }
    }
}

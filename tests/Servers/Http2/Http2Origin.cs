using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Servers.Tests;

/// <summary>A server of HTTP/2, by prior knowledge on one port and by ALPN on another, with a file of 200 KB and one of 10 MB.</summary>
public abstract class Http2Origin : ServerFixture
{
    internal const string Digits = "/digits.txt";
    internal const string Large = "/large.bin";

    internal static byte[] DigitsContent { get; } = [.. Enumerable.Range(0, 200_000).Select(static i => (byte)('0' + (i % 10)))];

    internal static byte[] LargeContent { get; } = MakeLarge();

    public int TlsPort { get; } = ServerFolder.FreePort();

    public string TlsOrigin => $"https://localhost:{TlsPort}";

    internal TestCertificates Certificates { get; } = new();

    private protected string CertificatePath { get; private set; } = "";

    private protected string KeyPath { get; private set; } = "";

    /// <summary>Gets the path of a server's source in this project.</summary>
    private protected static string ProgramFile(string name) => Path.Combine(AppContext.BaseDirectory, "Http2", "Programs", name);

    private protected void WriteFiles()
    {
        Folder.Write("www" + Digits, DigitsContent);
        Folder.Write("www" + Large, LargeContent);
        CertificatePath = Folder.Write("server.pem", Certificates.Server.ExportCertificatePem());
        KeyPath = Folder.Write("server.key", TestCertificates.KeyPem(Certificates.Server));
    }

    private static byte[] MakeLarge()
    {
        byte[] content = new byte[10_000_000];
        new Random(1).NextBytes(content);
        return content;
    }
}

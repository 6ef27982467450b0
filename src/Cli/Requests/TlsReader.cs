using System.CommandLine;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Cli.Commands;

namespace PollHttp.Cli.Requests;

/// <summary>Reads from the command line the settings of TLS.</summary>
internal sealed class TlsReader(ParseResult line, RequestSymbols symbols, CommandHost host)
{
    /// <summary>Returns the settings; null if the command line has none.</summary>
    /// <exception cref="CliException">A file can't be read, or options exclude each other.</exception>
    public SslClientAuthenticationOptions? Read()
    {
        bool isInsecure = line.GetValue(symbols.Insecure);
        string? trusted = line.GetValue(symbols.CaFile);
        string? certificate = line.GetValue(symbols.Certificate);
        string? key = line.GetValue(symbols.Key);
        if (isInsecure && trusted is not null)
        {
            throw new CliException(ExitCode.Usage, "--insecure and --cacert exclude each other.");
        }

        if (key is not null && certificate is null)
        {
            throw new CliException(ExitCode.Usage, "--key needs --cert.");
        }

        if (!isInsecure && trusted is null && certificate is null)
        {
            return null;
        }

        SslClientAuthenticationOptions options = new();
        if (isInsecure)
        {
            host.Error.WriteLine("pollhttp: warning: --insecure: certificates are not checked, so the response may come from anyone.");
#pragma warning disable CA5359 // the purpose of the option, which also warns
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        if (trusted is not null)
        {
            options.CertificateChainPolicy = Trusting(host.PathOf(trusted));
        }

        if (certificate is not null)
        {
            options.ClientCertificates = [Load(host.PathOf(certificate), key is null ? null : host.PathOf(key))];
        }

        return options;
    }

    private static X509ChainPolicy Trusting(string path)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        InputFiles.Check(path, "--cacert");
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(path);
        }
        catch (CryptographicException error)
        {
            throw new CliException(ExitCode.CannotRead, $"--cacert {path}: {error.Message}", error);
        }

        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new CliException(ExitCode.CannotRead, $"--cacert {path}: there is no PEM certificate in it.");
    }

    private static X509Certificate2 Load(string path, string? keyPath)
    {
        InputFiles.Check(path, "--cert");
        if (keyPath is not null)
        {
            InputFiles.Check(keyPath, "--key");
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(path, keyPath);
        }
        catch (CryptographicException error)
        {
            throw new CliException(ExitCode.CannotRead, $"--cert {path}: {error.Message}", error);
        }
    }
}

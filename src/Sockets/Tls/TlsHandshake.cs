using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Runs the handshake of a TLS transport and describes its failure.</summary>
internal sealed class TlsHandshake
{
    private readonly SslClientAuthenticationOptions _options;
    private readonly RemoteCertificateValidationCallback? _userCallback;
    private readonly Action? _wake;
    private readonly bool _onPool;
    private string? _refusal;
    private Exception? _callbackException;
    private Task? _task;
    private bool _isWatched;

    /// <param name="options">The protocols to offer and the certificates to trust.</param>
    /// <param name="wake">Wakes the polling thread.</param>
    /// <param name="onPool"> Whether to run on the thread pool, where it may block: missing certificates of the server are downloaded.
    /// </param>
    internal TlsHandshake(SslClientAuthenticationOptions options, Action? wake, bool onPool)
    {
        _onPool = onPool;
        _options = onPool ? TlsOptionsCopy.Of(options) : TlsClientOptions.WithoutDownloads(options);
        _userCallback = options.RemoteCertificateValidationCallback;
        _options.RemoteCertificateValidationCallback = Validate;
        _wake = wake;
    }

    internal bool IsStarted => _task is not null;

    internal bool IsCompleted => _task is { IsCompleted: true };

    /// <summary>Continues as far as possible without blocking, within a <see cref="PollingStep"/>; returns true at the end.</summary>
    internal bool Step(SslStream ssl, TlsInnerStream stream)
    {
        if (_task is null)
        {
            stream.ContinuesOnPool = _onPool;
            _task = _onPool ? Task.Run(() => Start(ssl)) : Start(ssl);
        }
        else
        {
            stream.Progress();
        }
        if (!_task.IsCompleted && !stream.IsReadPending && !stream.IsWritePending && _wake is not null && !_isWatched)
        {
            // The handshake runs on the pool, so its end must wake the polling thread.
            _isWatched = true;
            _task.ContinueWith(
                static (_, wake) => ((Action)wake!)(), _wake, CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        if (!_task.IsCompleted)
        {
            return false;
        }
        stream.ContinuesOnPool = false;
        return true;
    }

    /// <summary>Returns the reason why the handshake failed, or the default value if it succeeded.</summary>
    internal TransportFailure GetFailure(ITransport inner, TlsInnerStream stream)
    {
        Exception? exception = _task!.Exception?.InnerException;
        if (exception is null && !_task.IsCanceled)
        {
            return default;
        }
        if (_refusal is not null)
        {
            return new(TransportError.Certificate, new AuthenticationException(_refusal, _callbackException ?? exception?.InnerException));
        }
        if (stream.DescribeIfNotTls() is { } said)
        {
            return TlsFailure($"the peer does not speak TLS; it sent {said}", exception);
        }
        if (inner.Failure.Error != TransportError.None)
        {
            return inner.Failure;
        }
        return TlsFailure(
            stream.SawEnd
                ? "the peer closed the connection"
                : (exception?.InnerException ?? exception)?.Message.TrimEnd('.') ?? "it was given up",
            exception);
    }

    /// <summary>Disposes the stream: at once, or when a handshake on another thread has ended, whose failure is ignored.</summary>
    internal void Abandon(SslStream ssl)
    {
        Observe(_task);
        if (_onPool && _task is { IsCompleted: false })
        {
            _task.ContinueWith(
                static (_, ssl) => ((SslStream)ssl!).Dispose(), ssl, CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        else
        {
            ssl.Dispose();
        }
    }

    internal static void Observe(Task? task) =>
        task?.ContinueWith(
            static failed => _ = failed.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Determines whether an operation of an abandoned stream is over, and observes its exception.</summary>
    internal static bool HasEnded(Task operation)
    {
        bool hasEnded = operation.IsCompleted;
        Observe(operation);
        return hasEnded;
    }

    private Task Start(SslStream ssl)
    {
        try
        {
            return ssl.AuthenticateAsClientAsync(_options, CancellationToken.None);
        }
        catch (Exception exception) // contradicting options are found only here, too late to throw
        {
            return Task.FromException(exception);
        }
    }

    /// <summary>Returns a failure with our message in an exception of the same type, since callers check the type.</summary>
    private static TransportFailure TlsFailure(string message, Exception? exception) => new(
        TransportError.TlsHandshake,
        exception is IOException
            ? new IOException(message, exception.InnerException)
            : new AuthenticationException(message, exception is AuthenticationException ? exception.InnerException : exception));

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is X509Certificate2 leaf && !CertificateNames.Match(leaf, _options.TargetHost))
        {
            errors |= SslPolicyErrors.RemoteCertificateNameMismatch;
        }
        try
        {
            bool accepted = _userCallback?.Invoke(sender, certificate, chain, errors) ?? errors == SslPolicyErrors.None;
            _refusal = accepted ? null : CertificateExplanation.Describe(_options.TargetHost, certificate, chain, errors);
            return accepted;
        }
        catch (Exception exception)
        {
            _callbackException = exception;
            _refusal = $"The certificate of {_options.TargetHost} was not accepted: "
                + $"the validation callback failed: {exception.Message.TrimEnd('.')}";
            throw;
        }
    }
}

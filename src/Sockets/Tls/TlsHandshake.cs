using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>The opening of a TLS transport: runs the handshake and finds words for its failure.</summary>
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

    /// <param name="options">What to offer and whom to trust.</param>
    /// <param name="wake">Calls the polling thread.</param>
    /// <param name="onPool">
    /// Whether to run on the thread pool, where it may take its time: certificates that the server left out are downloaded.
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

    /// <summary>Goes on as far as it can without blocking, within a <see cref="PollingStep"/>; true at the end.</summary>
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
            // Gone to the pool, or begun there: the end must call the polling thread.
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

    /// <summary>Why the handshake failed, or the default value when it succeeded.</summary>
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

    /// <summary>Disposes the stream: at once, or when a handshake that goes on elsewhere has failed, which nobody hears.</summary>
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

    /// <summary>Gets a value indicating whether an operation of an abandoned stream is over; its failure goes unreported.</summary>
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
        catch (Exception exception) // options that contradict each other are found here, too late to throw
        {
            return Task.FromException(exception);
        }
    }

    /// <summary>Our words in place of the stream's, in an exception of the same kind, since that is what callers look at.</summary>
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

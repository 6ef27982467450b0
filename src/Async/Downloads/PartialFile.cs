using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using PollHttp.Files;

namespace PollHttp.Downloads;

/// <summary>
/// Represents the file of an incomplete download: <c>name.part</c> next to the target, with <c>name.part.info</c> while it can be resumed.
/// There is one writer at a time: the handle is not shared.
/// </summary>
internal sealed class PartialFile : DownloadContent
{
    private const int HashPieceSize = 128 * 1024;

    private readonly string _target;
    private readonly string _part;
    private readonly string _infoPath;
    private readonly SafeFileHandle _handle;
    private readonly IncrementalHash? _hash;
    private bool _isOurs;
    private bool _finished;

    private PartialFile(string target, SafeFileHandle handle, IncrementalHash? hash)
    {
        _target = target;
        _part = PartOf(target);
        _infoPath = InfoOf(target);
        _handle = handle;
        _hash = hash;
    }

    public override bool IsComplete => Info is { Total: { } total } && Length == total && Length > 0;

    public override long Kept => Info is null || _finished ? 0 : Length;

    /// <summary>Returns the full path of a target, and refuses a path that names no file.</summary>
    /// <exception cref="ArgumentException">The path names no file, or has a character that is not allowed in paths.</exception>
    public static string CheckTarget(string path)
    {
        string target = Path.GetFullPath(path);
        return Path.GetFileName(target).Length > 0 ? target : throw new ArgumentException("The path names no file.", nameof(path));
    }

    /// <summary>Opens the partial file of an earlier call for the same address, or an empty file.</summary>
    /// <exception cref="IOException">The file can't be created, another download writes it, or the target is a folder or a
    /// device.</exception>
    public static PartialFile Open(string target, string address, bool resume, ContentDigest? digest)
    {
        if (Directory.Exists(target))
        {
            throw new IOException($"'{target}' is a folder.");
        }

        if (DevicePath.Is(target))
        {
            throw new IOException($"'{target}' is a device or a pipe, which a downloaded file would replace. Open it as a Stream and download into that.");
        }

        SafeFileHandle handle = File.OpenHandle(PartOf(target), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        PartialFile file = new(target, handle, digest is null ? null : IncrementalHash.CreateHash(digest.Algorithm));
        try
        {
            if (resume && ReadInfo(InfoOf(target)) is { } info && info.Address == HashOf(address) && RandomAccess.GetLength(handle) > 0)
            {
                long length = RandomAccess.GetLength(handle);
                if (info.Total is not { } total || length <= total)
                {
                    file.Info = info;
                    file.Length = length;
                    file.HashExisting();
                }
            }

            file._isOurs = RandomAccess.GetLength(handle) == 0;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override void Restart(string address, string? validator, long? total)
    {
        _isOurs = true;
        File.Delete(_infoPath); // first: the bytes and their validator must never disagree
        RandomAccess.SetLength(_handle, 0);
        Length = 0;
        _ = _hash?.GetHashAndReset();
        Info = validator is null ? null : new(HashOf(address), validator, total);
        if (Info is not null)
        {
            File.WriteAllBytes(_infoPath, JsonSerializer.SerializeToUtf8Bytes(Info, PartialInfoJson.Default.PartialInfo));
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, Length);
        Length += bytes.Length;
        _hash?.AppendData(bytes);
    }

    public override bool HasDigest(ContentDigest digest) =>
        _hash is not null && CryptographicOperations.FixedTimeEquals(_hash.GetHashAndReset(), digest.Value);

    /// <summary>Renames the file to its final name.</summary>
    public override void Finish(bool overwrite, bool flushToDisk)
    {
        if (flushToDisk)
        {
            RandomAccess.FlushToDisk(_handle);
        }

        // Renamed while open, so that no other download can take the partial file in between. Windows requires closing it first.
        if (OperatingSystem.IsWindows())
        {
            _handle.Dispose();
        }

        File.Move(_part, _target, overwrite);
        _finished = true;
        File.Delete(_infoPath);
    }

    /// <summary>Closes the file, and deletes what this call wrote unless another call can resume from it.</summary>
    public override void Dispose()
    {
        bool useless = _isOurs && !_finished && Kept == 0;
        if (useless && !OperatingSystem.IsWindows())
        {
            Delete();
        }

        _handle.Dispose();
        _hash?.Dispose();
        if (useless && OperatingSystem.IsWindows())
        {
            Delete();
        }
    }

    private static string PartOf(string target) => target + ".part";

    private static string InfoOf(string target) => target + ".part.info";

    private static string HashOf(string address) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(address)));

    /// <summary>
    /// Reads the information next to a partial file. Incomplete information (after a crash, or from another program) is ignored.
    /// </summary>
    private static PartialInfo? ReadInfo(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PartialInfoJson.Default.PartialInfo)
                is { Address: not null, Validator: not null } info ? info : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Deletes the files as far as the file system allows. Errors are ignored, since the download has already ended for another reason.
    /// </summary>
    private void Delete()
    {
        try
        {
            File.Delete(_part);
            File.Delete(_infoPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder is gone or read-only; then the file is gone too, or can't be deleted.
        }
    }

    private void HashExisting()
    {
        if (_hash is null)
        {
            return;
        }

        byte[] piece = ArrayPool<byte>.Shared.Rent(HashPieceSize);
        long position = 0;
        int count;
        while ((count = RandomAccess.Read(_handle, piece, position)) > 0)
        {
            _hash.AppendData(piece, 0, count);
            position += count;
        }

        ArrayPool<byte>.Shared.Return(piece);
    }
}

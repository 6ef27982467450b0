using Microsoft.Win32.SafeHandles;

namespace PollHttp.Requests;

/// <summary>Represents a content that is a file, by its name: the file is open only while it is sent.</summary>
internal sealed class PathContent(string path, long length) : RequestContent
{
    public override long? Length => length;

    public override bool IsReplayable => true;

    internal override bool IsShareable => true;

    internal override string Description => "RequestContent.FromFile";

    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        using SafeFileHandle file = Open(FileOptions.Asynchronous);
        await new FileContent(file, 0, length).WriteToAsync(sink, cancellationToken).ConfigureAwait(sink.KeepsContext);
    }

    public override void WriteTo(ContentSink sink)
    {
        using SafeFileHandle file = Open(FileOptions.None);
        new FileContent(file, 0, length).WriteTo(sink);
    }

    // Other processes may write or delete the file, as with a handle of the caller.
    private SafeFileHandle Open(FileOptions options) => File.OpenHandle(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, options | FileOptions.SequentialScan);
}

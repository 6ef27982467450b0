using PollHttp.Cookies;
using PollHttp.Files;

namespace PollHttp;

// Saving and loading, between runs of a program and between programs.
public sealed partial class CookieStore
{
    /// <summary>Writes the cookies as a Netscape cookie file, which curl and many others read (<c>curl -b</c>). Cookies are secrets: write
    /// them where others can't read.</summary>
    /// <param name="destination">The stream to write to; it is not disposed.</param>
    /// <param name="includeSession">Whether to also write session cookies, which have no expiry time.</param>
    /// <remarks>The file can't store <see cref="StoredCookie.SameSite"/>, which is Unspecified after loading, or a cookie with a tab in its
    /// name or value, which is left out. Times are whole seconds.</remarks>
    public void Save(Stream destination, bool includeSession = false)
    {
        ArgumentNullException.ThrowIfNull(destination);
        List<StoredCookie> saved = [];
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            foreach (List<CookieEntry> entries in _byDomain.Values)
            {
                saved.AddRange(entries.ConvertAll(static e => e.Cookie).Where(c => c.Expires is null ? includeSession : !c.IsExpired(now)));
            }
        }

        CookieFile.Write(destination, saved.OrderBy(static c => c.Created));
    }

    /// <summary>Writes the cookies to a file that, on Unix, only its owner can read. An existing file is replaced when everything is
    /// written.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="includeSession">Whether to also write session cookies.</param>
    /// <inheritdoc cref="Save(Stream, bool)" path="/remarks"/>
    /// <exception cref="IOException">The file can't be written; an existing file stays.</exception>
    public void Save(string path, bool includeSession = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using WholeFile file = new(path, isPrivate: true);
        Save(file.Content, includeSession);
        file.Finish();
    }

    /// <summary>Adds the cookies of a Netscape cookie file, as <see cref="Save(Stream, bool)"/> and curl (<c>curl -c</c>) write it, except
    /// expired ones. Existing cookies are replaced. Expiry times more than 400 days away are reduced to that.</summary>
    /// <param name="source">The file; it is not disposed.</param>
    /// <exception cref="FormatException">A line is neither a comment nor a cookie; the message says which and why. Nothing is
    /// added.</exception>
    public void Load(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        List<StoredCookie> loaded = CookieFile.Read(source);
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            DateTimeOffset latest = now + s_longestLife;
            foreach (StoredCookie cookie in loaded.Where(c => !c.IsExpired(now)))
            {
                Store(cookie with { Expires = cookie.Expires > latest ? latest : cookie.Expires, Created = NextCreated(now) }, isSecure: true);
            }
        }
    }

    /// <inheritdoc cref="Load(Stream)"/>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public void Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = File.OpenRead(path);
        try
        {
            Load(file);
        }
        catch (FormatException error)
        {
            throw new FormatException($"'{path}' can't be read: {error.Message}", error);
        }
    }
}

using System.Text;
using Renci.SshNet.Messages.Connection;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// What a channel to a Unix-domain socket is opened with (OpenSSH's PROTOCOL, 2.4): its path, and a string and a number that
/// are reserved.
/// </summary>
internal sealed class StreamLocalInfo(string path) : ChannelOpenInfo
{
    private readonly byte[] _path = Encoding.UTF8.GetBytes(path);

    /// <inheritdoc/>
    public override string ChannelType => "direct-streamlocal@openssh.com";

    /// <inheritdoc/>
    protected override int BufferCapacity => base.BufferCapacity + 4 + _path.Length + 4 + 4;

    /// <inheritdoc/>
    protected override void SaveData()
    {
        base.SaveData();
        WriteBinaryString(_path);
        WriteBinaryString([]);
        Write(0u);
    }
}

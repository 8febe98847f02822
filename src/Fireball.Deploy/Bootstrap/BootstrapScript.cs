using System.Globalization;
using System.Text;

namespace Fireball.Deploy;

/// <summary>
/// The remote command: one `sh -c '...'` that finds an agent of the wanted content or takes an upload, and runs it.
/// </summary>
/// <remarks>
/// Between the single quotes stands no newline, exclamation mark, single quote or backslash, so that bash, dash,
/// busybox ash, fish and tcsh all hand it to sh unchanged. It uses what POSIX and busybox have: ls, mkdir, cat, head,
/// gzip and sha256sum (each of the last two only where it is there), chmod, mv, rm, uname, id.
/// <para>
/// Each line that it prints begins with the marker, so whatever a login shell's rc files print is told apart:
/// <code>
/// MARKER platform TEXT       there is no agent for what uname says; it ends
/// MARKER no DIRECTORY: WHY   this directory cannot be used; the next is tried
/// MARKER need COUNT HASH     it reads COUNT bytes of that agent: the compressed size for gzip, else the plain size
/// MARKER installed PATH      verified, tried and renamed; the launch request is wanted again
/// MARKER start PATH          the agent is started; what follows is the agent's, unless it says that its contract is another
/// MARKER none                every directory failed; it ends
/// </code>
/// </para>
/// <para>
/// The launch request is sent at once, with the command, so that an agent that is there already costs no further
/// round trip; before an upload the script throws it away.
/// </para>
/// <para>
/// A directory is used if it is a directory of mode 0700 of this user, no link, and if the whole way to it can be relied on, as
/// sshd's StrictModes asks it: each directory and each link is of root or this user, and others may write to none of the
/// directories, or only add names (the sticky bit). The script enters it first (`cd -P`) and looks at `.`, at the way that it was
/// named by and at the way that it really lies on; all that follows is done in `.`, so that nothing that is swapped on the
/// way after that changes which directory is meant, or which agent is run. An agent in it is used if it is of this user, mode 0700
/// and of the exact size. Its content was checked by hash before it got its name, and only this user or root can have changed it
/// since; what a crash of the machine leaves of a file is short or does not start, and the next directory or a fresh upload
/// follows.
/// </para>
/// </remarks>
internal static class BootstrapScript
{
    private const string Functions =
        // no: this directory cannot be used, $w says why in however many lines.
        "no(){ set -f;echo \"$M no $d:\" $w;set +f;};"

        // see: enters directory $d; is it safe? Leaves mode, owner and size of $f in it in $z.
        + "see(){ if [ -h \"$d\" ];then w=\"exists but is no directory of mode 0700\";return 1;fi;"
        + "cd -P \"$d\" 2>/dev/null||{ w=\"cannot be entered\";return 1;};look;};"

        // look: the same of the directory that was entered. ls prints mode, links, owner, group, size, three words of date, and
        // the name, in the order of the names. As many lines as there are arguments, or one was not to be looked at.
        + "look(){ set -- . /;for y in \"$d\" \"$PWD\";do x=;until [ \"$x\" = \"$y\" ];do r=${y#\"$x\"/};x=$x/${r%%/*};set -- \"$@\" \"$x\";done;done;"
        + "w=$(LC_ALL=C ls -ldn \"$@\" \"$f\" 2>/dev/null|{ i=0;z=;while read -r m l o g s a b c x;do case $x in "
        + "\"$f\")z=\"$m $o $s\";continue;;"
        + ".)case $m in drwx------*);;*)echo \"exists but is no directory of mode 0700\";exit;;esac;"
        + "[ \"$o\" = $U ]||{ echo \"belongs to another user\";exit;};;"
        + "*)[ \"$o\" = 0 ]||[ \"$o\" = $U ]||{ echo \"$x belongs to another user\";exit;};"
        + "case $m in l*|d????????[tT]*|d????-??-*);;*)echo \"others may rename in $x\";exit;;esac;;"
        + "esac;i=$((i+1));done;if [ $i -ge $# ];then echo \"=$z\";else echo \"the way there cannot be read\";fi;});"
        + "case $w in =*)z=${w#=};;*)return 1;;esac;};"

        // fits: $f is a file of this user, mode 0700, and the agent's size.
        + "fits(){ case $z in -rwx------*\" $U $S\");;*)return 1;;esac;};"

        // sweep: removes what uploads left whose shell (its pid is in the name) is gone.
        + "sweep(){ for x in agent-*.part try.*.part;do [ -e \"$x\" ]||continue;y=${x%.part};kill -0 \"${y##*.}\" 2>/dev/null||rm -f \"$x\";done;};"

        // run: sh stays, so that the session ends with it and not with the agent, see launch.proto. An agent of another contract
        // (78) has read the launch request, said so, and makes way for ours. Commands find the environment of the login.
        + "run(){ echo \"$M start $PWD/$f\";unset OLDPWD;PWD=$W \"./$f\" --marker $M;r=$?;case $r in 126|127)w=\"the agent cannot be executed\";no;;"
        + "78)rm -f \"$f\";q=0;;*)exit $r;;esac;};";

    private const string Start =
        "W=$PWD;U=$(id -u);n=${LOGNAME:-$U};q=1;"
        + "set -- ${XDG_RUNTIME_DIR:+\"$XDG_RUNTIME_DIR/fireball\"} ${HOME:+\"$HOME/.cache/fireball\"} "
        + "${TMPDIR:+\"$TMPDIR/fireball-$n\"} \"/tmp/fireball-$n\" \"/dev/shm/fireball-$n\";";

    private const string UseExisting =
        "for d do f=agent-$H;case $d in /*)[ -f \"$d/$f\" ]&&see&&fits&&{ sweep;run;};;esac;done;";

    private const string Install =
        "for d do f=agent-$H;"
        + "case $d in /*);;*)w=\"not an absolute path\";no;continue;;esac;"
        + "[ -d \"${d%/*}\" ]||w=$(LC_ALL=C mkdir \"${d%/*}\" 2>&1)||{ no;continue;};"
        + "[ -d \"$d\" ]||w=$(LC_ALL=C mkdir \"$d\" 2>&1)||{ no;continue;};"
        + "see||{ no;continue;};sweep;"

        // May files here be executed? A file of one command that the kernel hands back to sh tells before the upload.
        + "t=try.$$.part;w=$({ echo exit 0|LC_ALL=C cat >\"$t\"&&chmod 700 \"$t\"&&\"./$t\";} 2>&1)||{ rm -f \"$t\";no;continue;};rm -f \"$t\";"
        + "[ $q = 0 ]||head -c $L >/dev/null;q=0;"
        + "if command -v gzip >/dev/null;then u=\"gzip -dc\";k=$Z;else u=cat;k=$S;fi;"
        + "echo \"$M need $k $H\";"

        // What is not written (disk full) is read all the same, so that the next directory finds its own bytes.
        + "t=$f.$$.part;w=$(head -c $k|{ { LC_ALL=C $u >\"$t\"||echo failed;cat >/dev/null;} 2>&1;});"
        + "[ \"$w\" ]&&{ rm -f \"$t\";no;continue;};"
        + "chmod 700 \"$t\";f=$t;look&&fits||{ w=\"the upload is incomplete\";rm -f \"$t\";no;continue;};f=agent-$H;"
        + "w=$(sha256sum 2>/dev/null <\"$t\");case $w in \"$H \"*|\"\");;*)w=\"damaged in transit\";rm -f \"$t\";no;continue;;esac;"
        + "w=$(LC_ALL=C \"./$t\" --version 2>&1 </dev/null)||{ w=\"the agent cannot be executed: $w\";rm -f \"$t\";no;continue;};"
        + "w=$(LC_ALL=C mv -f \"$t\" \"$f\" 2>&1)||{ rm -f \"$t\";no;continue;};"
        + "q=1;echo \"$M installed $f\";run;"
        + "done;echo \"$M none\";exit 1";

    /// <summary>The remote command, for any login shell.</summary>
    internal static string Create(string marker, AgentImages agents, int requestLength)
    {
        var text = new StringBuilder("exec sh -c '");
        text.Append(CultureInfo.InvariantCulture, $"umask 77;M={marker};L={requestLength};p=$(uname -sm);case $p in ");
        foreach (AgentPlatform platform in AgentPlatform.All)
        {
            if (agents.For(platform) is { } agent)
            {
                text.AppendJoin('|', platform.Words.Select(words => $"\"{words}\""));
                text.Append(CultureInfo.InvariantCulture, $")H={agent.Hash};S={agent.Size};Z={agent.Compressed.Length};;");
            }
        }

        text.Append("*)echo \"$M platform $p\";exit 1;;esac;");
        return text.Append(Functions).Append(Start).Append(UseExisting).Append(Install).Append('\'').ToString();
    }
}

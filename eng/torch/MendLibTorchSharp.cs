// Compiled by MSBuild's code task factory as it stands, and by the tests without the task.
#nullable disable
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
#if !ELF_MEND_ALONE
using Microsoft.Build.Framework;
#endif

namespace ViSurf.Build
{
#if !ELF_MEND_ALONE
    /// <summary>Copies libLibTorchSharp.so so that it loads with an older libstdc++ (docs/libtorch.md).</summary>
    public sealed class MendLibTorchSharp : Microsoft.Build.Utilities.Task
    {
        [Required]
        public string Source { get; set; } = "";

        [Required]
        public string Destination { get; set; } = "";

        public override bool Execute()
        {
            try
            {
                byte[] image = File.ReadAllBytes(Source);
                bool mended = ElfMend.Mend(image);
                Directory.CreateDirectory(Path.GetDirectoryName(Destination));
                string draft = Destination + ".part";
                File.WriteAllBytes(draft, image);
                // A time of its own, the same each time: a build that finds the package's file in an output folder, of the same
                // length, copies this one over it, and one that finds this one leaves it.
                File.SetLastWriteTimeUtc(draft, File.GetLastWriteTimeUtc(Source).AddMinutes(1));
                File.Delete(Destination);
                File.Move(draft, Destination);
                Log.LogMessage(MessageImportance.Low, "{0}: {1}", Destination, mended ? "mended" : "nothing to mend");
            }
            catch (Exception e) when (e is IOException || e is InvalidDataException || e is UnauthorizedAccessException)
            {
                Log.LogError("{0}: {1}", Source, e.Message);
            }

            return !Log.HasLoggedErrors;
        }
    }
#endif

    /// <summary>Moves one undefined symbol of an ELF64 shared object to an older version of libstdc++.</summary>
    /// <remarks>
    /// GCC 13 and later make every user of iostream name std::ios_base_library_init() (GLIBCXX_3.4.32). Nothing calls it;
    /// the name only forces the library's initialiser in. std::ios_base::Init::Init() (GLIBCXX_3.4) forces the same one.
    /// </remarks>
    public static class ElfMend
    {
        private const string NewName = "_ZSt21ios_base_library_initv";
        private const string OldName = "_ZNSt8ios_base4InitC1Ev";
        private const string NewVersion = "GLIBCXX_3.4.32";
        private const string OldVersion = "GLIBCXX_3.4";
        private const ushort WeakFlag = 2; // VER_FLG_WEAK

        /// <summary>Edits the image in place; false where it does not ask for the newer version.</summary>
        /// <exception cref="InvalidDataException">The image is no ELF64, or asks for more than the one known symbol.</exception>
        public static bool Mend(byte[] image)
        {
            try
            {
                return MoveSymbol(image);
            }
            catch (Exception e) when (e is ArgumentException || e is IndexOutOfRangeException || e is OverflowException)
            {
                throw new InvalidDataException("is cut short or damaged", e);
            }
        }

        private static bool MoveSymbol(byte[] image)
        {
            var elf = new Elf(image);
            Need newer = null;
            Need older = null;
            foreach (Need need in elf.Needs())
            {
                newer = need.Version == NewVersion ? need : newer;
                older = need.Version == OldVersion ? need : older;
            }

            // A weak need is one mended before.
            if (newer == null || (image[newer.Offset + 4] & WeakFlag) != 0)
            {
                return false;
            }

            if (older == null)
            {
                throw new InvalidDataException("needs " + NewVersion + " but not " + OldVersion);
            }

            int symbol = elf.OnlySymbolOf(newer.Index, NewName);
            elf.Rename(symbol, NewName, OldName);
            elf.Write16(elf.Versions.Offset + (2 * symbol), older.Index);
            elf.Write16(newer.Offset + 4, WeakFlag);
            return true;
        }

        private sealed class Need
        {
            public int Offset;
            public ushort Index;
            public string Version;
        }

        private sealed class Section
        {
            public int Offset;
            public int Size;
        }

        private sealed class Elf
        {
            private readonly byte[] image;
            private readonly Dictionary<string, Section> sections = new Dictionary<string, Section>();

            public Elf(byte[] image)
            {
                this.image = image;
                if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[4] != 2 || image[5] != 1)
                {
                    throw new InvalidDataException("is not a little-endian ELF64 file");
                }

                int table = checked((int)BitConverter.ToUInt64(image, 40));
                int names = table + (64 * BitConverter.ToUInt16(image, 62));
                for (int i = 0; i < BitConverter.ToUInt16(image, 60); i++)
                {
                    int entry = table + (64 * i);
                    int name = Offset(names) + BitConverter.ToInt32(image, entry);
                    sections[Text(name)] = new Section { Offset = Offset(entry), Size = Size(entry) };
                }
            }

            public Section Versions => Get(".gnu.version");

            public IEnumerable<Need> Needs()
            {
                int file = Get(".gnu.version_r").Offset;
                while (true)
                {
                    int aux = file + BitConverter.ToInt32(image, file + 8);
                    for (int i = 0; i < BitConverter.ToUInt16(image, file + 2); i++)
                    {
                        yield return new Need
                        {
                            Offset = aux,
                            Index = BitConverter.ToUInt16(image, aux + 6),
                            Version = Text(Get(".dynstr").Offset + BitConverter.ToInt32(image, aux + 8)),
                        };
                        aux += BitConverter.ToInt32(image, aux + 12);
                    }

                    int next = BitConverter.ToInt32(image, file + 12);
                    if (next == 0)
                    {
                        yield break;
                    }

                    file += next;
                }
            }

            public int OnlySymbolOf(ushort version, string name)
            {
                int found = -1;
                for (int i = 0; i < Versions.Size / 2; i++)
                {
                    if (BitConverter.ToUInt16(image, Versions.Offset + (2 * i)) != version)
                    {
                        continue;
                    }

                    if (found >= 0 || SymbolName(i) != name)
                    {
                        throw new InvalidDataException("needs " + NewVersion + " for '" + SymbolName(i) + "' too");
                    }

                    found = i;
                }

                return found >= 0 ? found : throw new InvalidDataException("names no symbol of " + NewVersion);
            }

            public void Rename(int symbol, string from, string to)
            {
                int at = NameOffset(symbol);
                for (int i = 0; i < Versions.Size / 2; i++)
                {
                    // The linker may let one name be the tail of another.
                    if (i != symbol && NameOffset(i) >= at && NameOffset(i) <= at + from.Length)
                    {
                        throw new InvalidDataException("the name of '" + SymbolName(i) + "' shares bytes with " + from);
                    }
                }

                Encoding.ASCII.GetBytes(to.PadRight(from.Length, '\0')).CopyTo(image, at);
            }

            public void Write16(int at, ushort value) => BitConverter.GetBytes(value).CopyTo(image, at);

            private int NameOffset(int symbol) =>
                Get(".dynstr").Offset + BitConverter.ToInt32(image, Get(".dynsym").Offset + (24 * symbol));

            private string SymbolName(int symbol) => Text(NameOffset(symbol));

            private int Offset(int entry) => checked((int)BitConverter.ToUInt64(image, entry + 24));

            private int Size(int entry) => checked((int)BitConverter.ToUInt64(image, entry + 32));

            private Section Get(string name) => sections.TryGetValue(name, out Section section)
                ? section
                : throw new InvalidDataException("has no section " + name);

            private string Text(int at)
            {
                int end = Array.IndexOf(image, (byte)0, at);
                return Encoding.ASCII.GetString(image, at, end - at);
            }
        }
    }
}
